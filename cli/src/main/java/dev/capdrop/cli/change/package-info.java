/// `plan`, `apply`, `undo` and `status`: a drop is shown, carried out and taken back, in one
/// container, in all, or in those that share lines. None of them decides anything that core could
/// decide. May use: drop.
package dev.capdrop.cli.change;
