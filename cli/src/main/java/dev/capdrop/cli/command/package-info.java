/// The commands. Each reads, reasons and renders; none of them decides anything that core could
/// decide. May use: render, metrics, overview, ci, page, core, linux, record.
package dev.capdrop.cli.command;
