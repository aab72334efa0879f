/// The program: its entry, its commands by their words, its own defaults, and its documents. Manual
/// pages and shell completions are written from the declaration of the commands: what
/// `scripts/package` puts into the package, and nothing that a command uses. May use: change,
/// check, report, learn, explain, scan.
package dev.capdrop.cli;
