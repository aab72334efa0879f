/// A unit's files (fragment, drop-ins, masks), merged as systemd merges them.
///
/// Source of truth: systemd.unit(5), systemd.syntax(7). May use: document.
package dev.capdrop.core.unit;
