/// `scan` and `decode`: capabilities in the attributes of files, and in the notations of other
/// programs. May use: command.
package dev.capdrop.cli.scan;
