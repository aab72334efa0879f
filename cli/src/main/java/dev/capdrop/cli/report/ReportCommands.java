package dev.capdrop.cli.report;

import dev.capdrop.cli.command.HostCommand;
import dev.capdrop.cli.command.HostCommand.Maker;

/// The commands about a check for others: a page, and figures for Prometheus.
public final class ReportCommands {
    public static final Maker METRICS = HostCommand.maker(MetricsCommand::new);
    public static final Maker REPORT = HostCommand.maker(ReportCommand::new);

    private ReportCommands() {}
}
