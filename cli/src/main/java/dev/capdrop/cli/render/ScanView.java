package dev.capdrop.cli.render;

import dev.capdrop.capability.BoundedExecution;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Kernel;
import dev.capdrop.core.scan.FoundFile;
import org.jspecify.annotations.Nullable;

/// What of a scan is to be shown.
///
/// @param rootId whether the root id stands behind the text of an attribute
/// @param bounding the bounding set that files are executed under; null for none
/// @param kernel whose rules count
public record ScanView(boolean rootId, @Nullable CapabilitySet bounding, Kernel kernel) {
    /// Executes a file under the bounding set; null where there is none.
    @Nullable BoundedExecution execution(FoundFile file) {
        return bounding == null ? null : BoundedExecution.of(file.executed(), bounding, kernel);
    }

    /// Whether the bounding set keeps something from a file that it asks for.
    public boolean loses(FoundFile file) {
        BoundedExecution execution = execution(file);
        return execution != null && !execution.lacking(last()).isEmpty();
    }

    int last() {
        return kernel.lastCapability();
    }
}
