/// Verdicts as text for a terminal and as JSON. Everything that came from a container is escaped
/// here, once. May use: core.
package dev.capdrop.cli.render;
