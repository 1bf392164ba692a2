/** A static model out of an encoder. */
package io.silverspark.model.distillation;
