/// Why the failed units of a container failed, with the evidence; and what an administrator has
/// decided about all containers: the capabilities that none may hold, and the findings that are
/// accepted until a day.
///
/// Source of truth: systemd.unit(5), systemd.exec(5) "Process Exit Codes";
/// docs/reference/schema/policy-1.json. May use: execution, and all that snapshot may use.
///
/// Internal: it may change in any version.
package dev.capdrop.core.diagnosis;
