package dev.capdrop.cli.report;

import dev.capdrop.cli.command.Environment;
import picocli.CommandLine.Model.CommandSpec;

/// The commands about a check for others: a page, and figures for Prometheus.
public final class ReportCommands {
    private ReportCommands() {}

    public static CommandSpec metrics(Environment environment) {
        return new MetricsCommand(environment).spec();
    }

    public static CommandSpec report(Environment environment) {
        return new ReportCommand(environment).spec();
    }
}
