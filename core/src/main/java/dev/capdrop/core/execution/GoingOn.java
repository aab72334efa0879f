package dev.capdrop.core.execution;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.rule.Rule;

/// A start that goes on without capabilities, as far as a record of it tells.
record GoingOn(Rule rule, CapabilitySet without) {}
