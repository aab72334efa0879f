/// One drop for several containers, in lines that they share: a file that their configurations
/// include, or a profile that they use.
///
/// May use: plan, and all that plan may use.
///
/// Internal: it may change in any version.
package dev.capdrop.core.shared;
