package dev.capdrop.core.diagnosis;

/// Exit statuses in words.
public final class ExitStatus {
    private ExitStatus() {}

    /// The status as systemctl(1) says it: `226/NAMESPACE`, or the bare number.
    public static String format(int status) {
        SetUp step = SetUp.of(status);
        return step == null ? Integer.toString(status) : status + "/" + step.name();
    }
}
