/// What a host has and allows, and so what can and cannot be done on it.
///
/// Source of truth: the manual pages that [dev.capdrop.core.host.HostSurvey] names. May use:
/// snapshot.
///
/// Internal: it may change in any version.
package dev.capdrop.core.host;
