// The .ir language. Sums and products are flat lists, so that only brackets nest; one token of
// lookahead decides everywhere, which keeps messages exact and the first parse of a JVM fast.
grammar Ir;

file : item* EOF ;

item
    : modelName
    | dims
    | input
    | param
    | block
    | let
    | pin
    | loss
    | output
    | include
    ;

modelName : 'model' name ;
dims      : 'batch'? 'dim' dim (',' dim)* ;
dim       : name '=' sum ;
input     : 'input' names ':' type ;
param     : 'frozen'? 'param' names ':' type ('=' sum)? ;
block     : 'block' name '(' (argument (',' argument)*)? ')' '{' statement* '}' ;
argument  : name ':' type ;
statement : param | let | pin | result ;
let       : 'let' names '=' sum ;
result    : 'return' sum (',' sum)* ;
loss      : 'loss' sum ;
output    : 'output' names ;
pin       : 'pin' name ':' list ;
include   : 'include' STRING ;

type : element=name? '[' (sum (',' sum)*)? ']' ;

sum     : product (('+' | '-') product)* ;
product : unary (('*' | '/') unary)* ;
unary   : '-'* primary ;
primary
    : INTEGER
    | REAL
    | STRING
    | repeat
    | name operands?
    | list
    | '(' sum ')'
    ;

list     : '[' (sum (',' sum)*)? ']' ;
operands : '(' (operand (',' operand)*)? ')' ;
// Left of '=' stands an attribute's name; the reader checks that it is nothing else.
operand  : keyword '=' sum | sum ('=' sum)? ;
repeat   : 'repeat' count name operands ;

count        : countProduct (('+' | '-') countProduct)* ;
countProduct : countPrimary (('*' | '/') countPrimary)* ;
countPrimary : INTEGER | name | '(' count ')' ;

names     : name (',' name)* ;
// The word before 'dim' is also what most models call that dim.
name      : NAME | BATCH ;
// Attributes may be called like a keyword: slice(x, dim = 0, ...).
keyword   : DIM | INPUT | OUTPUT | MODEL | BLOCK | LOSS | PARAM ;

MODEL   : 'model' ;
BATCH   : 'batch' ;
DIM     : 'dim' ;
INPUT   : 'input' ;
FROZEN  : 'frozen' ;
PARAM   : 'param' ;
BLOCK   : 'block' ;
LET     : 'let' ;
RETURN  : 'return' ;
LOSS    : 'loss' ;
OUTPUT  : 'output' ;
PIN     : 'pin' ;
INCLUDE : 'include' ;
REPEAT  : 'repeat' ;

NAME    : [A-Za-z_] [A-Za-z0-9_]* ('.' [A-Za-z0-9_]+)* ;
REAL    : [0-9]+ ('.' [0-9]+)? [eE] [+-]? [0-9]+ | [0-9]+ '.' [0-9]+ ;
INTEGER : [0-9]+ ;
STRING  : '"' ~["\r\n]* '"' ;

COMMENT : '//' ~[\r\n]* -> skip ;
BLANK   : [ \t\r\n\f]+ -> skip ;

// Reported by the reader, and kept from the parser.
OPEN_STRING : '"' ~["\r\n]* ;
UNKNOWN     : . ;
