/// The decisions of an administrator about all containers: the capabilities that none may hold, and
/// the findings that are accepted until a day.
///
/// Source of truth: docs/reference/schema/policy-1.json. May use: snapshot, and all that snapshot
/// may use.
///
/// Internal: it may change in any version.
package dev.capdrop.core.policy;
