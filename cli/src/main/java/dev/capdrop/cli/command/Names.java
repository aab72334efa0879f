package dev.capdrop.cli.command;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Capabilities as a list: `sys_rawio,CAP_SYS_MODULE`.
final class Names implements ITypeConverter<CapabilitySet> {
    @Override
    public CapabilitySet convert(String text) {
        CapabilitySet set = CapabilitySet.EMPTY;
        String[] names = text.strip().split("[,\\s]+");
        if (names.length == 0) {
            throw new TypeConversionException(
                    "'%s' names no capability, expected for example sys_rawio,sys_module"
                            .formatted(text));
        }
        for (String name : names) {
            try {
                set = set.with(Capability.of(name));
            } catch (IllegalArgumentException unknown) {
                throw new TypeConversionException(unknown.getMessage());
            }
        }
        return set;
    }
}
