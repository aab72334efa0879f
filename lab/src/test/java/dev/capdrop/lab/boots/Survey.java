package dev.capdrop.lab.boots;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// The program behind `bench/boots`.
public final class Survey {
    private static final Path WORK = Path.of("/var/lib/capdrop-boots");
    private static final int PARALLEL = 2;

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
        for (Image image : images) {
            Recordings recordings = new Recordings(folder.resolve(image.name()));
            Recorder recorder = new Recorder(WORK, image, recordings);
            recorder.record(Trial.fixed(), PARALLEL);
            recorder.record(List.of(recorder.healthy()), 1);
        }
    }
}
