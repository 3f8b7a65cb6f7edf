import dev.suffice.models.decoder.Decoders;
import dev.suffice.models.decoder.DraftHeadImport;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Turns what train_draft_head.py has written into a folder of the product.
 *
 * <p>java -cp 'cli/target/app/*' bench/peers/ImportDraftHead.java TRAINED DECODER FOLDER
 *
 * <p>DECODER is the model's folder, or what was made of its GGUF file (the folder gguf of the cache).
 */
public final class ImportDraftHead {
    public static void main(String[] arguments) throws IOException {
        DraftHeadImport.write(
                Path.of(arguments[0]), Decoders.open(Path.of(arguments[1])), Path.of(arguments[2]));
    }
}
