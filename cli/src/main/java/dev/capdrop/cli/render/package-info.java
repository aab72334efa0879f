/// Verdicts as text for a terminal and as JSON. Everything from a container, a file, another
/// program or a caller is escaped as it becomes a [Text], or by the writer of JSON. May use: core,
/// record.
package dev.capdrop.cli.render;
