/* The C23 forms of three functions, for which Debian's static libraries of the JDK ask a glibc of 2.38: made of the older forms, so that the
   program runs from glibc 2.34 on. They differ in binary numbers (0b1) alone, which nothing here reads. Compiled as C11, in which the
   older forms are called by their own names. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

long __isoc23_strtol(const char *text, char **end, int base) { return strtol(text, end, base); }

int __isoc23_sscanf(const char *text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int count = vsscanf(text, format, arguments);
    va_end(arguments);
    return count;
}

int __isoc23_fscanf(FILE *from, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int count = vfscanf(from, format, arguments);
    va_end(arguments);
    return count;
}
