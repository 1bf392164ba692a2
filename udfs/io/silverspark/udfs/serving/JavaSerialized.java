package io.silverspark.udfs.serving;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;

/**
 * A value on its way to the executors, by Java's serialisation also where {@code spark.serializer}
 * is Kryo: Kryo can read neither records nor immutable collections. What is an element of an RDD
 * carries the annotation itself.
 *
 * @param value serialisable
 * @param <T> its type
 */
@DefaultSerializer(JavaSerializer.class)
public record JavaSerialized<T extends Serializable>(T value) implements Serializable {}
