/// The result of a check as one HTML page that needs nothing else: no network, no file beside it,
/// and no script to be read. Everything from a container is escaped by [Html], through which the
/// template puts every value. May use: render, core.
package dev.capdrop.cli.page;
