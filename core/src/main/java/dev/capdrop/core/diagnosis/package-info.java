/// Why the failed units of a container failed, with the evidence.
///
/// Source of truth: systemd.unit(5), systemd.exec(5) "Process Exit Codes". May use: execution, and
/// all that snapshot may use.
///
/// Internal: it may change in any version.
package dev.capdrop.core.diagnosis;
