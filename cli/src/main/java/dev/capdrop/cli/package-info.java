/// The program: its entry and its exit codes. May use: command, render.
package dev.capdrop.cli;
