/** Text to token ids, exactly as Python's tokenizers library gives them. */
package io.silverspark.model.tokenizer;
