/// `explain`, `config` and `ps`: who holds which capability, and why: containers, units,
/// configurations and processes; and the capabilities as a whole. Source of truth: capabilities(7),
/// user_namespaces(7). May use: check.
package dev.capdrop.cli.explain;
