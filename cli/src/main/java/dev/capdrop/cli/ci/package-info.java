/// The findings of `check` in the formats that CI systems read: SARIF 2.1.0 (OASIS) and JUnit's XML
/// (the schema of Jenkins' xUnit plugin). Each escapes everything from a container in its own way.
/// May use: render, core.
package dev.capdrop.cli.ci;
