package dev.capdrop.lab.boots;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// The program behind `bench/boots`.
public final class Survey {
    private static final Path WORK = Path.of("/var/lib/capdrop-boots");

    private Survey() {}

    /// `record FOLDER IMAGE…`: boots each image under every trial and records it below FOLDER.
    public static void main(String[] words) throws IOException {
        List<String> rest = Arrays.asList(words).subList(2, words.length);
        Path folder = Path.of(words[1]);
        switch (words[0]) {
            case "record" -> record(folder, rest);
            case "count" -> Report.of(folder).print(System.out);
            case "surprises" -> Report.of(folder).printSurprises(System.out);
            default -> throw new IllegalArgumentException("record, expected, not " + words[0]);
        }
    }

    private static void record(Path folder, List<String> names) throws IOException {
        List<Image> images = names.stream().map(Image::named).toList();
        Recorder.prepare(WORK);
        for (Stage stage : Stage.values()) {
            for (Image image : images) {
                Recordings recordings = new Recordings(folder.resolve(image.name()));
                new Recorder(WORK, image, recordings).record(stage);
            }
        }
    }
}
