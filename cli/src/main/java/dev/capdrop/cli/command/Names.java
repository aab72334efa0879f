package dev.capdrop.cli.command;

import dev.capdrop.core.capability.Capability;
import dev.capdrop.core.capability.CapabilitySet;
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
                    "'"
                            + text
                            + "' names no capability, expected for example sys_rawio,sys_module");
        }
        for (String name : names) {
            Capability capability = Capability.named(name);
            if (capability == null) {
                throw new TypeConversionException(
                        "no capability is called '"
                                + name
                                + "', expected names as in capabilities(7), such as sys_rawio"
                                + NearNames.capability(name));
            }
            set = set.with(capability);
        }
        return set;
    }
}
