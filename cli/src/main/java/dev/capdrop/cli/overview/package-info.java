/// The capabilities as a whole, for who sees them for the first time: what they are, in groups, and
/// what the containers of a host hold. Source of truth: capabilities(7), user_namespaces(7). May
/// use: render, core.
package dev.capdrop.cli.overview;
