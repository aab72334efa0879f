/// Linux capabilities as values: numbers, names, sets, and what the kernel honours where.
///
/// Source of truth: capabilities(7), `include/uapi/linux/capability.h`, and the check sites of the
/// kernel itself for the knowledge table. May use: nothing.
package dev.capdrop.core.capability;
