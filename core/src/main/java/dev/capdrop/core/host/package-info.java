/// The facts about a host, and the abilities of capdrop that follow.
///
/// Source of truth: the manual pages that [dev.capdrop.core.host.HostSurvey] names. May use:
/// document, snapshot.
///
/// Internal: it may change in any version.
package dev.capdrop.core.host;
