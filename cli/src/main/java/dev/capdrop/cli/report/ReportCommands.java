package dev.capdrop.cli.report;

import dev.capdrop.cli.command.CommandModel.Maker;

/// The commands about a check for others: a page, and figures for Prometheus.
public final class ReportCommands {
    public static final Maker METRICS = of -> new MetricsCommand(of).spec();
    public static final Maker REPORT = of -> new ReportCommand(of).spec();

    private ReportCommands() {}
}
