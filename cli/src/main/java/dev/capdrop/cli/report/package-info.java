/// `report` and `metrics`: the findings of a check as one HTML page that needs nothing else, no
/// network and no file beside it, and as figures for Prometheus (text exposition format 0.0.4, as
/// node_exporter's textfile collector reads it; names and help texts follow "Metric and label
/// naming"). Everything from a container is escaped by [Template], through which the template puts
/// every value, or by [Exposition]. May use: check.
package dev.capdrop.cli.report;
