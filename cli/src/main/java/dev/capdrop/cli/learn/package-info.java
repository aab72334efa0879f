/// `learn` and `trial`: which capabilities a container needs, watched while it works, or tried on
/// copies of it. May use: drop.
package dev.capdrop.cli.learn;
