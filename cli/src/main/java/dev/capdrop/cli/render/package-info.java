/// The kit that every command writes with: a [Text], which holds nothing that a terminal obeys, the
/// terminal, tables, and the writer of JSON. Everything from a container, a file, another program
/// or a caller is escaped as it becomes a text, or by that writer. May use: core, record.
package dev.capdrop.cli.render;
