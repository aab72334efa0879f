/// The capabilities as a whole, for a first look: their groups, and the holdings of a host's
/// containers. Source of truth: capabilities(7), user_namespaces(7). May use: render, core.
package dev.capdrop.cli.overview;
