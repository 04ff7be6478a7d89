#!/bin/sh
exec java $JAVA_OPTS -jar /opt/payroll/lib/payroll.jar "$@"
