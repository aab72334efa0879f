/// The forecast of each unit in the next boot of a container, were PID 1's bounding set another
/// one.
///
/// Source of truth: systemd.unit(5) and systemd's job engine. May use: diagnosis, and all that
/// these may use.
///
/// Internal: it may change in any version.
package dev.capdrop.core.forecast;
