/* Runs one Python script over the files in /data, in CPython with its standard library, all in this one module.
 *
 * The script stands in the module itself: `errand app from-python` puts it there, so that the app's content id names the very program that an owner allowed. It runs as __main__ with the
 * task's arguments in sys.argv. There is no other file, network, clock or environment; an exception that nobody catches goes to the sealed log with its traceback, and the app has failed.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "Python.h"

enum { SCRIPT_MAX_SIZE = 262144, RECURSION_MAX = 250 };

/* Volatile, or the compiler would read its own initializer instead of what was put there. */
static volatile struct {
    char mark[16];
    uint32_t size;
    char text[SCRIPT_MAX_SIZE];
} script = {{'e', 'r', 'r', 'a', 'n', 'd', '-', 'p', 'y', '-', 's', 'l', 'o', 't', '0', '1'}, 0, {0}};

/* The standard library, compiled: made by freeze.py. */
extern const struct _frozen errand_frozen[];

static char text[SCRIPT_MAX_SIZE + 1];

static int fail(const char *what)
{
    fprintf(stderr, "python: %s\n", what);
    return 1;
}

/* The same everywhere: what the host or the moment could change is given. */
static PyStatus start(int argc, char **argv)
{
    PyPreConfig before;
    PyPreConfig_InitIsolatedConfig(&before);
    before.utf8_mode = 1;
    PyStatus status = Py_PreInitialize(&before);
    if (PyStatus_Exception(status)) return status;

    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    config.use_hash_seed = 1;
    config.hash_seed = 0;
    config.site_import = 0;
    config.write_bytecode = 0;
    config.install_signal_handlers = 0;
    config.pathconfig_warnings = 0;
    config.parse_argv = 0;
    config.module_search_paths_set = 1;
    wchar_t **const paths[] = {&config.program_name, &config.executable, &config.base_executable, &config.home, &config.prefix, &config.base_prefix, &config.exec_prefix, &config.base_exec_prefix, &config.platlibdir, &config.stdlib_dir};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0] && !PyStatus_Exception(status); i++) status = PyConfig_SetString(&config, paths[i], L"");
    if (!PyStatus_Exception(status)) status = PyConfig_SetBytesArgv(&config, argc, argv);
    if (!PyStatus_Exception(status)) status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    return status;
}

int main(int argc, char **argv)
{
    uint32_t size = script.size;
    if (size == 0 || size > SCRIPT_MAX_SIZE) return fail("there is no script in this module; errand app from-python puts one in");
    for (uint32_t i = 0; i < size; i++) text[i] = script.text[i];

    PyImport_FrozenModules = errand_frozen;
    PyStatus status = start(argc, argv);
    if (PyStatus_IsExit(status)) return status.exitcode;
    if (PyStatus_Exception(status)) return fail(status.err_msg ? status.err_msg : "the interpreter does not start: more memory is needed than the task's limit allows");
    /* Deeper ones would meet the end of the sandbox's stack, which is no exception. */
    Py_SetRecursionLimit(RECURSION_MAX);

    int code = 1;
    PyObject *compiled = Py_CompileString(text, "app.py", Py_file_input);
    PyObject *module = compiled ? PyImport_AddModule("__main__") : NULL;
    PyObject *names = module ? PyModule_GetDict(module) : NULL;
    PyObject *result = names ? PyEval_EvalCode(compiled, names, names) : NULL;
    if (result) code = 0;
    else if (PyErr_ExceptionMatches(PyExc_SystemExit)) {
        /* Ends the process as the script says, with what it says. */
        PyErr_Print();
    } else PyErr_Print();
    Py_XDECREF(result);
    Py_XDECREF(compiled);
    if (Py_FinalizeEx() < 0 && code == 0) return fail("what was written last did not reach its file");
    return code;
}
