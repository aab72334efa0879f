/// The kit that every command is made of: its declaration, its options and operands, the host that
/// it works on, and its exit status. May use: render, core, linux, record.
package dev.capdrop.cli.command;
