// `cbor` by Jackson, whose writers do not say how long a map is: carries out the orders of codec.py, `java Jackson.java ORDERS`.

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

class Jackson {
    static final CBORFactory FACTORY = new CBORFactory();

    interface Fields {
        void write(JsonGenerator map) throws IOException;
    }

    static String written(Fields fields) throws IOException {
        var octets = new ByteArrayOutputStream();
        try (JsonGenerator map = FACTORY.createGenerator(octets)) {
            map.writeStartObject();
            fields.write(map);
            map.writeEndObject();
        }
        var frame = ByteBuffer.allocate(4 + octets.size()).putInt(octets.size()).put(octets.toByteArray());
        return "octets " + HexFormat.of().formatHex(frame.array());
    }

    static void expect(JsonToken found, JsonToken expected) throws IOException {
        if (found != expected) throw new IOException("found " + found + ", expected " + expected);
    }

    static long integer(JsonParser map, String name) throws IOException {
        expect(map.nextToken(), JsonToken.FIELD_NAME);
        if (!map.getCurrentName().equals(name)) throw new IOException("found " + map.getCurrentName() + ", expected " + name);
        expect(map.nextToken(), JsonToken.VALUE_NUMBER_INT);
        return map.getLongValue();
    }

    static String read(String what, byte[] message) throws IOException {
        int length = ByteBuffer.wrap(message).getInt();
        if (length != message.length - 4) throw new IOException("the length is " + length);
        try (JsonParser map = FACTORY.createParser(Arrays.copyOfRange(message, 4, message.length))) {
            expect(map.nextToken(), JsonToken.START_OBJECT);
            String answer;
            if (what.equals("request")) {
                answer = "request " + integer(map, "a") + " " + integer(map, "b");
            } else {
                expect(map.nextToken(), JsonToken.FIELD_NAME);
                boolean isSum = map.getCurrentName().equals("sum");
                expect(map.nextToken(), isSum ? JsonToken.VALUE_NUMBER_INT : JsonToken.VALUE_STRING);
                answer = isSum ? "sum " + map.getLongValue() : "refused " + map.getText();
            }
            expect(map.nextToken(), JsonToken.END_OBJECT);
            return answer;
        }
    }

    static String answer(String[] words) throws IOException {
        if (words[0].equals("read")) return read(words[1], HexFormat.of().parseHex(words[2]));
        return switch (words[1]) {
            case "request" -> written(map -> {
                map.writeNumberField("a", Long.parseLong(words[2]));
                map.writeNumberField("b", Long.parseLong(words[3]));
            });
            case "sum" -> written(map -> map.writeNumberField("sum", Long.parseLong(words[2])));
            default -> written(map -> map.writeStringField("refused", words[2]));
        };
    }

    public static void main(String[] arguments) throws IOException {
        for (String order : Files.readAllLines(Path.of(arguments[0]))) {
            try {
                System.out.println(answer(order.split(" ")));
            } catch (IOException | RuntimeException error) {
                System.out.println("failed " + error.toString().replace('\n', ' '));
            }
        }
    }
}
