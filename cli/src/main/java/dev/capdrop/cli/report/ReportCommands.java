package dev.capdrop.cli.report;

import dev.capdrop.cli.command.HostCommand;
import java.util.function.Supplier;

/// The commands about a check for others: a page, and figures for Prometheus.
public final class ReportCommands {
    public static final Supplier<HostCommand> METRICS = MetricsCommand::new;
    public static final Supplier<HostCommand> REPORT = ReportCommand::new;

    private ReportCommands() {}
}
