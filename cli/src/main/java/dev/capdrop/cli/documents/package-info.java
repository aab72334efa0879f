/// Manual pages and shell completions, written from the declaration of the commands: what
/// `scripts/package` puts into the package, and nothing that a command uses. May use: command.
package dev.capdrop.cli.documents;
