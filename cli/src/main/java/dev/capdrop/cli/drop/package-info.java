/// A drop as all commands see it: planned for a container, under way, in force, or refusing
/// something since; and lines that containers share. May use: command.
package dev.capdrop.cli.drop;
