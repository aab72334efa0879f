/// `check`: the findings of containers as text, tables and JSON, and in the formats of CI systems,
/// SARIF 2.1.0 (OASIS) and JUnit's XML (the schema of Jenkins' xUnit plugin); `snapshot`, which
/// records what `check` looks at. May use: drop.
package dev.capdrop.cli.check;
