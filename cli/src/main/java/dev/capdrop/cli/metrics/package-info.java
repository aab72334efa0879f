/// The figures of a check for Prometheus: its text exposition format 0.0.4, as node_exporter's
/// textfile collector reads it. Names and help texts follow Prometheus' own advice ("Metric and
/// label naming"); `promtool check metrics` has nothing to say against them. May use: render, core.
package dev.capdrop.cli.metrics;
