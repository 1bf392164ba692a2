"""Makes PySpark use the Spark session of the test's JVM instead of a Spark of its own.

The JVM starts Spark's own Py4J server and names it in PYSPARK_GATEWAY_PORT and
PYSPARK_GATEWAY_SECRET; after `attach`, `SparkSession.builder.getOrCreate()` gives its session.
"""

from pyspark import SparkConf, SparkContext
from pyspark.java_gateway import launch_gateway
from pyspark.sql import SparkSession


def attach() -> SparkSession:
    gateway = launch_gateway()
    sessions = gateway.jvm.org.apache.spark.sql.SparkSession
    jsession = sessions.getDefaultSession().get().newSession()
    jsc = gateway.jvm.org.apache.spark.api.java.JavaSparkContext(jsession.sparkContext())
    sc = SparkContext(gateway=gateway, jsc=jsc, conf=SparkConf(_jconf=jsc.getConf()))
    spark = SparkSession(sc, jsession)
    jsession.sessionState()
    sessions.setActiveSession(jsession)
    SparkSession._instantiatedSession = spark
    return spark
