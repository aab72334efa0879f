package dev.capdrop.core.execution;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.rule.Rule;

/// That a unit's start goes on without capabilities, as far as a record of it tells.
record GoingOn(Rule rule, CapabilitySet without) {}
