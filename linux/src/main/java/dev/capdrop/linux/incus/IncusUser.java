package dev.capdrop.linux.incus;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An instance, as far as it uses profiles.
///
/// @param container the same as a container; null for a virtual machine
record IncusUser(
        String project, String name, List<String> profiles, @Nullable IncusInstance container) {}
