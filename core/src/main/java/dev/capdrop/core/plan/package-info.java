/// Which capabilities to drop, and what every unit will do at the next boot.
///
/// Source of truth: systemd.unit(5) and systemd's job engine. May use: diagnosis, and all that
/// diagnosis may use.
package dev.capdrop.core.plan;
