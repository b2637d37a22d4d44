import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.javarosa.core.model.Constants;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.SelectChoice;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.SelectMultiData;
import org.javarosa.core.model.data.SelectOneData;
import org.javarosa.core.model.data.StringData;
import org.javarosa.core.model.data.helper.Selection;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.core.reference.PrefixedRootFactory;
import org.javarosa.core.reference.Reference;
import org.javarosa.core.reference.ReferenceManager;
import org.javarosa.core.services.transport.payload.ByteArrayPayload;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.form.api.FormEntryPrompt;
import org.javarosa.model.xform.XFormSerializingVisitor;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.parse.XFormParser;
import org.javarosa.xform.util.XFormAnswerDataParser;
import org.javarosa.xform.util.XFormUtils;

/**
 * Fills in a form with JavaRosa, the engine of ODK Collect, question by question.
 *
 * Arguments: form, folder of its lists, answers (lines of path, tab, text), where to write what was
 * filled in, and optionally what was filled in before, which is opened again. Prints a line for each
 * question that was shown: path, what became of the answer (ok, blank, or why not), label.
 */
public class Filling {
    static final Map<String, String> answers = new LinkedHashMap<>();

    public static void main(String[] given) throws Exception {
        for (String line : Files.readAllLines(Path.of(given[2]))) {
            String[] parts = line.split("\t", 2);
            answers.put(parts[0], parts[1]);
        }
        ReferenceManager.instance().addReferenceFactory(new Lists(Path.of(given[1])));
        new XFormsModule().registerModule();
        FormDef form = XFormUtils.getFormFromFormXml(given[0], null);
        FormEntryModel model = new FormEntryModel(form);
        FormEntryController controller = new FormEntryController(model);
        if (given.length > 4) {
            reopen(form, Files.readAllBytes(Path.of(given[4])));
        }
        form.initialize(given.length <= 4, new InstanceInitializationFactory());
        walk(controller, model);
        form.postProcessInstance();
        say("valid", form.validate(true) == null ? "ok" : "not valid", "");
        ByteArrayPayload filled =
            (ByteArrayPayload) new XFormSerializingVisitor().createSerializedPayload(form.getInstance());
        try (InputStream in = filled.getPayloadStream(); OutputStream out = Files.newOutputStream(Path.of(given[3]))) {
            in.transferTo(out);
        }
    }

    static void reopen(FormDef form, byte[] before) {
        TreeElement saved = XFormParser.restoreDataModel(before, null).getRoot();
        TreeElement root = form.getInstance().getRoot().deepCopy(true);
        root.populate(saved, form);
        form.getInstance().setRoot(root);
    }

    static void walk(FormEntryController controller, FormEntryModel model) {
        controller.jumpToIndex(FormIndex.createBeginningOfFormIndex());
        for (int event; (event = controller.stepToNextEvent()) != FormEntryController.EVENT_END_OF_FORM; ) {
            if (event == FormEntryController.EVENT_PROMPT_NEW_REPEAT && wanted(path(model.getFormIndex()))) {
                controller.newRepeat();
            } else if (event == FormEntryController.EVENT_QUESTION) {
                answer(controller, model.getQuestionPrompt());
            }
        }
    }

    static boolean wanted(String path) {
        return answers.keySet().stream().anyMatch(one -> one.startsWith(path + "/"));
    }

    static void answer(FormEntryController controller, FormEntryPrompt prompt) {
        String path = path(prompt.getIndex());
        String text = answers.get(path);
        if (prompt.isReadOnly() || text == null) {
            say(path, "blank", prompt.getLongText());
            return;
        }
        IAnswerData data = data(prompt, text);
        if (data == null) {
            say(path, "no such choice", prompt.getLongText());
            return;
        }
        int became = controller.answerQuestion(data, true);
        String told = became == FormEntryController.ANSWER_OK ? "ok"
            : became == FormEntryController.ANSWER_CONSTRAINT_VIOLATED ? prompt.getConstraintText() : "required";
        say(path, told, prompt.getLongText());
    }

    static IAnswerData data(FormEntryPrompt prompt, String text) {
        int control = prompt.getControlType();
        if (control == Constants.CONTROL_SELECT_ONE) {
            Selection one = selection(prompt, text);
            return one == null ? null : new SelectOneData(one);
        }
        if (control == Constants.CONTROL_SELECT_MULTI) {
            List<Selection> several = new ArrayList<>();
            for (String value : text.split(" ")) {
                several.add(selection(prompt, value));
            }
            return several.contains(null) ? null : new SelectMultiData(several);
        }
        if (prompt.getDataType() == Constants.DATATYPE_BINARY) {
            return new StringData(text);
        }
        return XFormAnswerDataParser.getAnswerData(text, prompt.getDataType(), prompt.getQuestion());
    }

    static Selection selection(FormEntryPrompt prompt, String value) {
        for (SelectChoice one : prompt.getSelectChoices()) {
            if (one.getValue().equals(value)) {
                return one.selection();
            }
        }
        return null;
    }

    /** Returns a path with the number of each repeat beyond the first. */
    static String path(FormIndex index) {
        TreeReference ref = index.getReference();
        StringBuilder out = new StringBuilder();
        for (int at = 0; at < ref.size(); at++) {
            out.append('/').append(ref.getName(at));
            if (ref.getMultiplicity(at) > 0) {
                out.append('[').append(ref.getMultiplicity(at) + 1).append(']');
            }
        }
        return out.toString();
    }

    static void say(String path, String became, String label) {
        String line = String.join("\t", path, String.valueOf(became), String.valueOf(label)).replace("\n", " ");
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        System.out.write(bytes, 0, bytes.length);
        System.out.flush();
    }

    /** Leads from jr://file-csv/ to the folder of lists. */
    static class Lists extends PrefixedRootFactory {
        private final Path folder;

        Lists(Path folder) {
            super(new String[] {"file-csv/", "file/"});
            this.folder = folder;
        }

        @Override
        protected Reference factory(String terminal, String uri) {
            return new Listed(folder.resolve(terminal).toFile(), uri);
        }
    }

    record Listed(File file, String uri) implements Reference {
        public boolean doesBinaryExist() { return file.exists(); }
        public InputStream getStream() throws IOException { return Files.newInputStream(file.toPath()); }
        public String getURI() { return uri; }
        public String getLocalURI() { return file.getAbsolutePath(); }
        public boolean isReadOnly() { return true; }
        public OutputStream getOutputStream() { return new ByteArrayOutputStream(); }
        public void remove() { }
        public Reference[] probeAlternativeReferences() { return new Reference[0]; }
    }
}
